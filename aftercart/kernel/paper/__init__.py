"""What is printed: PDF pages in five scripts, with fonts of our own."""
