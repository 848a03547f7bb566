"""The tabs in the browser. Only this package knows Gradio's components; what they show comes from the services."""
