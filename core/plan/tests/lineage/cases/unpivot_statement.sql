UNPIVOT months ON jan, feb, mar INTO NAME month VALUE sold
--> emp: months.emp
--> month:
--> sold: months.feb months.jan months.mar
--| months.feb months.jan months.mar
