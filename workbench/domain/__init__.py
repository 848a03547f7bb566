"""Pure values: pydantic and the standard library only. Identity and storage are concerns of `workbench/storage`."""
