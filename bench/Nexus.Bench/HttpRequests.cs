using System.Text;

namespace Nexus.Bench;

/// <summary>Whole HTTP/1.1 requests for a session, prepared so that a load generator only sends them.</summary>
internal static class HttpRequests
{
    public static byte[] Get(Uri server, string apiKey, int session) => Encoding.ASCII.GetBytes($"GET {Head(server, apiKey, session)}\r\n");

    public static byte[] Put(Uri server, string apiKey, int session, int revision = Workload.FirstRevision)
    {
        var body = Body(session, revision);
        return Encoding.ASCII.GetBytes(
            $"PUT {Head(server, apiKey, session)}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>The body of a save: two secrets and the config of <see cref="Workload"/>.</summary>
    public static string Body(int session, int revision)
    {
        var (key, secret) = (Workload.SecretText(session, "key"), Workload.SecretText(session, "secret"));
        return $$"""{"apiKey":"{{key}}","apiSecret":"{{secret}}","config":{{Encoding.UTF8.GetString(Workload.Config(session, revision))}}}""";
    }

    private static string Head(Uri server, string apiKey, int session) =>
        $"/v1/sessions/{Workload.ChatId(session)} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {apiKey}\r\n";
}
