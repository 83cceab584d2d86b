using Microsoft.AspNetCore.Http;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Sessions;

namespace Nexus.Server.Api;

/// <summary>Reads the members of a batch of sessions.</summary>
internal static class SessionBatch
{
    private const int MaxMembers = 10_000;

    public static async Task<IReadOnlyList<SessionSave>> ReadAsync(HttpContext http)
    {
        await using var body = await http.OpenBodyAsync(isKept: true);
        var members = await body.PeekAsync() == (byte)'['
            ? await http.ReadLargeJsonAsync(body, ServerJson.Strict.ListSessionBody)
            : (await http.ReadLargeJsonAsync(body, ServerJson.Strict.SessionBatchBody)).Sessions
                ?? throw new NexusValidationException("sessions", "is required");
        if (members.Count > MaxMembers)
            throw new NexusValidationException("sessions", $"must have at most {MaxMembers} members, not {members.Count}", tooLarge: true);
        return [.. members.Select(ToMember)];
    }

    private static SessionSave ToMember(SessionBody body, int index)
    {
        if (body is null) throw new NexusValidationException($"sessions[{index}]", "must be an object");
        var id = body.ChatId ?? throw new NexusValidationException($"sessions[{index}].chatId", "is required");
        if (!body.Config.IsGiven()) throw new NexusValidationException($"sessions[{index}].config", "is required: a batch saves complete sessions");
        return new SessionSave(SessionViews.ToSession(id, body, body.Config.ToStateJson()), SessionViews.Kept(body));
    }
}
