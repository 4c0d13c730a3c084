"""Reading files as merchants have them: any encoding, any delimiter, packed or not, sometimes broken."""
