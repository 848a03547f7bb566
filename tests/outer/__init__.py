"""The app from the outside: started as a program, talked to over its endpoints, and killed."""
