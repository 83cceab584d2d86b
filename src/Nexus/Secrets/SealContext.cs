using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>Where a sealed value stands. It is bound to this place: moved to another row or field it does not open.</summary>
/// <param name="Table">Such as <c>sessions</c>.</param>
/// <param name="Row">The row's key: the chat id, or the key of a system config entry.</param>
/// <param name="Field">The column, followed by the JSON pointer (RFC 6901) inside it: <c>api_key</c>, <c>config/binance_api_key</c>.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct SealContext(string Table, string Row, string Field)
{
    /// <summary>
    /// The row that earlier versions bound such values to; null for none. Opened only where <see cref="Sealer.OpensFormerSeals"/> allows it; nothing
    /// is sealed for it any more. See docs/decisions/0012-sealed-records.md.
    /// </summary>
    internal string? FormerRow { get; init; }

    /// <summary>The place as earlier versions had it; null for none.</summary>
    internal SealContext? Former => FormerRow is { } row ? new SealContext(Table, row, Field) : null;

    /// <summary>For messages: names the place, no value.</summary>
    public override string ToString() => $"{Table}/{Row}/{Field}";
}
