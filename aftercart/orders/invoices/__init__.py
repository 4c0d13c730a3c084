"""Invoices and credit notes: their content, frozen when issued, and the PDF drawn from it."""
