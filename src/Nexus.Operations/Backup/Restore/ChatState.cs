using Nexus.Operations.ImportExport;

namespace Nexus.Operations.Backup;

/// <summary>One chat's records.</summary>
/// <param name="Session">Its session; null if it has none.</param>
/// <param name="User">Its user; null if it has none.</param>
/// <param name="Trades">Its trades.</param>
internal sealed record ChatState(ExportedSession? Session, ExportedUser? User, IReadOnlyList<TradeView> Trades);
