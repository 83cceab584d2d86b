namespace Nexus.Server.Dashboard;

/// <summary>Who looks at a page, and what its key allows.</summary>
/// <param name="Name">The name of the API key.</param>
/// <param name="Scopes">Its scopes as people read them.</param>
/// <param name="MayOperate">Whether it may change sessions and the bot state.</param>
/// <param name="MayManage">Whether it may do everything.</param>
public sealed record Visitor(string Name, string Scopes, bool MayOperate, bool MayManage);
