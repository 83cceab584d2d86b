namespace Nexus.Audit;

/// <summary>
/// Whether a column is an amount of money by its name, read as people read it: the last word says what it is (<c>price_index</c> is an index,
/// <c>cost_center</c> a center), and a word with several meanings (<c>total</c>, <c>loss</c>, <c>margin</c>) counts only among money.
/// </summary>
internal static class MoneyNames
{
    /// <summary>Money in whatever table.</summary>
    private static readonly HashSet<string> Money =
    [
        "price", "prices", "fee", "fees", "pnl", "commission", "commissions", "subtotal", "profit", "withdrawal", "notional", "money", "payment",
            "payments", "salary", "wage", "wages", "revenue", "income", "debt", "funds", "cash", "usd", "usdt", "usdc", "eur", "gbp", "payout",
            "refund", "precio", "importe", "saldo", "comision", "comisiones", "beneficio", "ganancia", "ganancias", "dinero", "pago", "impuesto",
            "sueldo",
    ];

    /// <summary>Money in a table that shows money by something else; elsewhere a weight, a count, an error, a space.</summary>
    private static readonly HashSet<string> Ambiguous =
    [
        "amount", "total", "loss", "cost", "costs", "margin", "quantity", "qty", "capital", "equity", "credit", "debit", "deposit", "discount",
            "tax", "taxes", "budget", "balance", "slippage", "btc", "eth", "cantidad", "coste", "costo", "perdida", "perdidas", "descuento",
            "margen",
    ];

    /// <summary>What a table is called that keeps money, and columns that name a currency.</summary>
    private static readonly HashSet<string> Places =
    [
        "trade", "trades", "order", "orders", "fill", "fills", "deal", "deals", "position", "positions", "account", "accounts", "wallet",
            "wallets", "ledger", "transaction", "transactions", "transfer", "transfers", "invoice", "invoices", "payment", "payments", "payroll",
            "cart", "carts", "sale", "sales", "purchase", "purchases", "portfolio", "portfolios", "balances", "billing", "bills", "donations",
            "expense", "expenses", "loan", "loans", "subscriptions", "checkout", "holdings", "withdrawals", "deposits", "currency", "ccy",
            "operaciones", "pedidos", "facturas", "factura", "cuenta", "cuentas", "ventas", "compras", "gastos", "monedero", "cartera", "moneda",
            "divisa",
    ];

    /// <summary>What is measured and estimated, where rounding does no harm.</summary>
    private static readonly HashSet<string> Analytics =
    [
        "pct", "percent", "percentage", "ratio", "rate", "score", "avg", "mean", "median", "std", "stddev", "sigma", "variance", "volatility",
            "vol", "weight", "factor", "multiplier", "probability", "prob", "prediction", "predicted", "forecast", "signal", "indicator", "ema",
            "sma", "rsi", "macd", "atr", "zscore", "slope", "correlation", "feature", "features", "normalized", "est", "estimate", "index",
            "indices", "idx", "rank", "momentum", "trend", "growth", "elasticity", "sensitivity", "percentile", "quantile", "coefficient", "coef",
            "coeff", "exponent", "entropy", "density", "confidence", "embedding", "packet", "validation", "val", "train", "training", "epoch",
            "bps", "beta", "porcentaje", "media", "promedio", "indice", "tasa", "mediana",
    ];

    /// <summary>As the last word: the money is what is timed, counted, sized or placed.</summary>
    private static readonly HashSet<string> OtherThings =
    [
        "time", "times", "second", "seconds", "sec", "secs", "ms", "millis", "micros", "ns", "minutes", "hours", "days", "weeks", "months",
            "years", "duration", "latency", "age", "count", "counts", "cnt", "number", "size", "bytes", "kb", "mb", "gb", "rows", "memory",
            "usage", "load", "length", "width", "height", "depth", "px", "left", "right", "top", "bottom", "x", "y", "z", "lat", "lon", "step",
            "tick", "precision", "scale", "digits", "decimals", "speed", "distance", "km", "kg", "grams", "liters", "litres", "lb", "oz", "kwh",
            "kw", "watts", "temp", "temperature", "kcal", "calories", "db", "hz", "function", "center", "centre", "tier", "level", "type", "id",
            "code", "interval", "period", "window", "lag", "offset", "error", "errors", "dias", "horas", "minutos", "segundos", "veces", "kilos",
            "gramos", "litros", "metros", "nivel",
    ];

    /// <summary>Whether the column holds money.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="table">Its table's.</param>
    /// <param name="others">The names of the table's other columns.</param>
    public static bool IsMoney(string name, string table, IEnumerable<string> others)
    {
        if (Words.Split(table).Exists(Analytics.Contains)) return false;
        var words = Amount(name);
        return words.Exists(Money.Contains) || (words.Exists(Ambiguous.Contains)
            && (words.Concat(Words.Split(table)).Any(word => Places.Contains(word) || Money.Contains(word))
                || others.Any(other => IsCertain(other) || IsCurrency(other))));
    }

    private static bool IsCertain(string name) => Amount(name).Exists(Money.Contains);

    private static bool IsCurrency(string name) => Words.Split(name) is [.., "currency" or "ccy" or "moneda" or "divisa"] or ["currency", ..];

    /// <summary>The words of the name; none if they say something else than an amount. A price per hour is a price.</summary>
    private static List<string> Amount(string name)
    {
        var words = Words.Split(name);
        var per = words.Count < 2 ? -1 : words.FindIndex(1, word => word is "per" or "por");
        if (per > 0) words.RemoveRange(per, words.Count - per);
        return words.Count == 0 || words.Exists(Analytics.Contains) || OtherThings.Contains(words[^1]) ? [] : words;
    }
}
