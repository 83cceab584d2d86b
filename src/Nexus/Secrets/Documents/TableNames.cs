namespace Nexus.Secrets;

/// <summary>
/// Gives the cells of a table the names of their columns: <c>{"columns":["account","api_key"],"rows":[["a","x"]]}</c>, and a list of lists of which
/// the first holds the names. Each cell is looked at once, so the time is linear.
/// </summary>
internal static class TableNames
{
    private const int MaxColumns = 64;
    private const int MaxName = 64;

    /// <summary>Names the cells of the tables directly in an object.</summary>
    public static void InObject(
        ReadOnlySpan<byte> json, Span<JudgedValue> values, JudgedContainer[] containers, int place, int end, Utf8Buffer scratch)
    {
        Span<NameKind> kinds = stackalloc NameKind[MaxColumns];
        var columns = 0;
        for (var i = place + 1; i < end && columns == 0; i = values[i].Next)
        {
            if (values[i].Token == JudgedToken.List) columns = ReadColumns(json, values, containers, i, kinds, scratch);
        }
        if (columns == 0) return;
        for (var i = place + 1; i < end; i = values[i].Next)
        {
            if (values[i].Token != JudgedToken.List || !containers[values[i].Container].HasRows) continue;
            for (var row = i + 1; row < values[i].Next; row = values[row].Next) Name(values, containers, row, kinds[..columns]);
        }
    }

    /// <summary>Names the cells of the lists in a list, of which the first holds the names of columns.</summary>
    public static void InList(
        ReadOnlySpan<byte> json, Span<JudgedValue> values, JudgedContainer[] containers, int place, int end, Utf8Buffer scratch)
    {
        if (place + 1 >= end || values[place + 1].Token != JudgedToken.List) return;
        Span<NameKind> kinds = stackalloc NameKind[MaxColumns];
        var columns = ReadColumns(json, values, containers, place + 1, kinds, scratch);
        // Two words are a name and its value.
        if (columns == 0 || (columns == 2 && (kinds[0] < NameKind.Ambiguous || kinds[1] < NameKind.Ambiguous))) return;
        for (var row = values[place + 1].Next; row < end; row = values[row].Next) Name(values, containers, row, kinds[..columns]);
    }

    /// <summary>The kinds of the names in a list, of which one at least is that of a secret; 0 if it is no such list.</summary>
    private static int ReadColumns(
        ReadOnlySpan<byte> json, Span<JudgedValue> values, JudgedContainer[] containers, int list, Span<NameKind> kinds, Utf8Buffer scratch)
    {
        var count = containers[values[list].Container].Members;
        if (count is < 2 or > MaxColumns || values[list].Next - list - 1 != count) return 0;
        var (hasSecret, hasLabel, hasValue) = (false, false, false);
        for (var i = 0; i < count; i++)
        {
            ref readonly var cell = ref values[list + 1 + i];
            if (cell.Token != JudgedToken.Text || cell.Length == 0) return 0;
            var text = SecretJudge.TextOf(json, cell, scratch);
            if (text.Length > MaxName || SealedFormat.HasPrefix(text)) return 0;
            kinds[i] = SecretFields.KindOf(text);
            if (kinds[i] < NameKind.Ambiguous && (text.ContainsAny(":=/@"u8) || GeneratedText.Is(text, 8))) return 0;
            hasSecret |= kinds[i] >= NameKind.Token;
            var role = SecretNames.RoleOf(System.Text.Encoding.UTF8.GetString(text));
            hasLabel |= role == NameRole.Label;
            hasValue |= role == NameRole.Value;
        }
        // The word for a name is that for a password in some languages: clave, valor.
        return hasSecret && !(hasLabel && hasValue) ? count : 0;
    }

    private static void Name(Span<JudgedValue> values, JudgedContainer[] containers, int row, ReadOnlySpan<NameKind> kinds)
    {
        if (values[row].Token != JudgedToken.List || containers[values[row].Container].Members != kinds.Length
            || values[row].Next - row - 1 != kinds.Length) return;
        for (var i = 0; i < kinds.Length; i++)
        {
            ref var cell = ref values[row + 1 + i];
            (cell.Name, cell.IsPaired) = (kinds[i], true);
        }
    }
}
