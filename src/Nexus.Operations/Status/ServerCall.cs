using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Nexus.Errors;

namespace Nexus.Operations.Status;

/// <summary>Calls of the command line to the server that runs on a data folder, through its socket.</summary>
/// <param name="folder">The data folder.</param>
/// <param name="adminKey">The server's admin key, if it is known.</param>
public sealed class ServerCall(string folder, string? adminKey)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path without a leading slash, such as <c>v1/alerts</c>.</param>
    /// <param name="body">The JSON body; null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The body of the response; null if no server responds.</returns>
    /// <exception cref="NexusNotFoundException">The server has no such record.</exception>
    /// <exception cref="NexusValidationException">The server refused the request; the message is its own.</exception>
    /// <exception cref="NexusConfigurationException">The admin key is missing or wrong.</exception>
    public async Task<string?> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        if (await ServerInfoFile.ReadAsync(folder, cancellationToken).ConfigureAwait(false) is not { } file) return null;
        using var http = ServerSocket.Connect(folder, file, Patience);
        if (http is null) return null;
        using var request = new HttpRequestMessage(method, path);
        if (adminKey is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return text;
            throw response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new NexusConfigurationException(
                    "NEXUS_ADMIN_KEY", $"the server at {file.Url} returned {(int)response.StatusCode}: give its admin key"),
                HttpStatusCode.NotFound => new NexusNotFoundException(Detail(text).Replace(" does not exist", "", StringComparison.Ordinal)),
                HttpStatusCode.BadRequest => Refused(Detail(text)),
                _ =>
                    new StoreUnavailableException(StoreUnavailableReason.Unreachable,
                        $"the server at {file.Url} returned {(int)response.StatusCode}: {Detail(text)}"),
            };
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static NexusValidationException Refused(string detail) =>
        detail.Split(": ", 2) is [var field, var reason] ? new(field, reason) : new("request", detail);

    private static string Detail(string body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : "";
        }
        catch (JsonException)
        {
            return "no reason is given";
        }
    }
}
