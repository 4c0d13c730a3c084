"""The desk's pages about payments: how channels take them, and transfers that are waited for."""
