"""The desk's doors to messages: what is sent, in which words, and by which way."""
