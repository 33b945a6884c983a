"""The consolidated workbook of a node: one module per kind of sheet."""
