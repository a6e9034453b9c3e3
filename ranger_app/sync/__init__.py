"""Exchange between laptops and with offices."""
