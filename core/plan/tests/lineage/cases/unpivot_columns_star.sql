SELECT emp, month, sold * 2 AS twice FROM (UNPIVOT months ON COLUMNS(* EXCLUDE emp) INTO NAME month VALUE sold)
--> emp: months.emp
--> month:
--> twice: months.feb months.jan months.mar
--| months.feb months.jan months.mar
