"""What the hardware's words mean: profiles as data, and the code that reads them."""
