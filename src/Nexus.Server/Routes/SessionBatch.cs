using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Nexus.Server.Contracts;
using Nexus.Server.Http;
using Nexus.Sessions;

namespace Nexus.Server.Routes;

/// <summary>The members of a batch of sessions.</summary>
internal static class SessionBatch
{
    private const int MaxMembers = 10_000;

    public static async Task<IReadOnlyList<(Session Session, KeepSecrets Keep)>> ReadAsync(HttpContext http)
    {
        var members = await IsBareListAsync(http)
            ? await http.ReadLargeJsonAsync(ServerJson.Strict.ListSessionBody)
            : (await http.ReadLargeJsonAsync(ServerJson.Strict.SessionBatchBody)).Sessions ?? throw new NexusValidationException("sessions", "is needed");
        if (members.Count > MaxMembers) throw new NexusValidationException("sessions", $"must be at most {MaxMembers} sessions, not {members.Count}", tooLarge: true);
        return [.. members.Select(ToMember)];
    }

    private static (Session Session, KeepSecrets Keep) ToMember(SessionBody body, int index)
    {
        if (body is null) throw new NexusValidationException($"sessions[{index}]", "must be an object");
        var id = body.ChatId ?? throw new NexusValidationException($"sessions[{index}].chatId", "is needed");
        if (!body.Config.IsGiven()) throw new NexusValidationException($"sessions[{index}].config", "is needed: a batch saves whole sessions");
        return (SessionViews.ToSession(id, body, body.Config.ToStateJson()), SessionViews.Kept(body));
    }

    /// <summary>Looks at the first character and takes nothing.</summary>
    private static async Task<bool> IsBareListAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            var (found, isList) = Look(read.Buffer);
            if (found || read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start);
                return isList;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static (bool Found, bool IsList) Look(System.Buffers.ReadOnlySequence<byte> buffer)
    {
        foreach (var segment in buffer)
        {
            var at = segment.Span.IndexOfAnyExcept(" \t\r\n"u8);
            if (at >= 0) return (true, segment.Span[at] == '[');
        }
        return (false, false);
    }
}
