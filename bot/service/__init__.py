"""The use cases, one module per noun. Each is a plain function of the Core and of what was asked."""
