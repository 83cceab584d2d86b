using Nexus.Engine;

namespace Nexus.Failover;

/// <summary>A spooled write that PostgreSQL refused.</summary>
/// <param name="Id">Its number in the list.</param>
/// <param name="Table">The record's table.</param>
/// <param name="RecordId">The record's key.</param>
/// <param name="Kind">The kind of the write, such as <c>open_trade</c>.</param>
/// <param name="SpooledAt">When it was acknowledged.</param>
/// <param name="FoundAt">When it was refused.</param>
/// <param name="Code">The stable name of the error.</param>
/// <param name="Reason">Why, without values.</param>
/// <param name="Write">The write as JSON with sealed secrets.</param>
public sealed record QuarantinedWrite(
    long Id, string Table, string RecordId, string Kind, DateTimeOffset SpooledAt, DateTimeOffset FoundAt, string Code, string Reason, string Write);
