SELECT t.symbol, t.volume * q.price AS value
FROM trades t ASOF JOIN quotes q ON t.symbol = q.symbol AND t.ts >= q.ts
--> symbol: trades.symbol
--> value: quotes.price trades.volume
--| quotes.ts quotes.symbol trades.ts trades.symbol
