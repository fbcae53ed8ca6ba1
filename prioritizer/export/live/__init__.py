"""The workbook that recalculates: every figure of the point estimate as a formula down to the input cells."""
