namespace Nexus.Postgres;

/// <summary>How change notices go, since the start.</summary>
/// <param name="Sent">Notices sent, heartbeats included.</param>
/// <param name="Beats">Own notices whose return proved that changes arrive.</param>
/// <param name="Gaps">How often a change of another instance may have been missed: a skipped number, a silent or unknown instance.</param>
/// <param name="Drops">How often everything was dropped from memory because of another instance.</param>
/// <param name="Peers">Other instances that announce their commits after them, now.</param>
internal readonly record struct NoticeUse(long Sent, long Beats, long Gaps, long Drops, int Peers);
