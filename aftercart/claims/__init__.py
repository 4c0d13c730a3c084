"""What went wrong with a parcel, as the shopper reports it: damaged, missing, wrong, not arrived."""
