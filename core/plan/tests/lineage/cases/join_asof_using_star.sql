SELECT * FROM trades ASOF JOIN quotes USING (symbol, ts)
--> symbol: trades.symbol
--> ts: trades.ts
--> volume: trades.volume
--> price: quotes.price
--| quotes.ts quotes.symbol trades.ts trades.symbol
