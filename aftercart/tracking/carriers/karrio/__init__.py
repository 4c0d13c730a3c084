"""Carriers asked through the karrio package (the extra ``aftercart[karrio]``): its transport, our reading."""
