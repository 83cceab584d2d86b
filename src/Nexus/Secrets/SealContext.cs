namespace Nexus.Secrets;

/// <summary>Where a sealed value stands. It is bound to this place: moved to another row or field it does not open.</summary>
/// <param name="Table">Such as <c>sessions</c>.</param>
/// <param name="Row">The row's key: the chat id, or the key of a system config entry.</param>
/// <param name="Field">The column, followed by the JSON pointer (RFC 6901) inside it: <c>api_key</c>, <c>config/binance_api_key</c>.</param>
internal readonly record struct SealContext(string Table, string Row, string Field)
{
    /// <summary>For messages: names the place, no value.</summary>
    public override string ToString() => $"{Table}/{Row}/{Field}";
}
