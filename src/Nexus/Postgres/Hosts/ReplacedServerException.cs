namespace Nexus.Postgres;

/// <summary>
/// A server responded after a newer primary was seen. As with a broken connection, what it has done does not count until the ledger of the newer
/// primary says so.
/// </summary>
internal sealed class ReplacedServerException() : IOException("the server was replaced by a newer primary while it responded");
