"""Reports: the monthly bulletin, the year's figures, a complex's yearly sheet; as a page, a PDF and a workbook."""
