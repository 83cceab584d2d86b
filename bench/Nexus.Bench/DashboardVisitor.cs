using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Nexus.Bench;

/// <summary>Somebody who has signed in to the dashboard: reads pages, and keeps the overview open.</summary>
internal sealed partial class DashboardVisitor : IDisposable
{
    private readonly HttpClient _http;

    private DashboardVisitor(HttpClient http) => _http = http;

    public static async Task<DashboardVisitor> SignInAsync(Uri address, string key)
    {
        var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
        var visitor = new DashboardVisitor(new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan });
        var token = FormToken.Match(await visitor._http.GetStringAsync("/sign-in")).Groups[1].Value;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("form_token", token), KeyValuePair.Create("secret_key", key)]);
        using var response = await visitor._http.PostAsync("/sign-in", form);
        return response.StatusCode == HttpStatusCode.SeeOther
            ? visitor : throw new InvalidOperationException($"the sign-in was refused: {(int)response.StatusCode}");
    }

    /// <summary>Gets a page or a file of it.</summary>
    /// <returns>Its bytes.</returns>
    public Task<byte[]> GetAsync(string path) => _http.GetByteArrayAsync(path);

    /// <summary>The scripts and styles that a page names.</summary>
    public static IEnumerable<string> FilesOf(string page) => FileName.Matches(page).Select(match => match.Groups[1].Value).Distinct();

    /// <summary>Reads live figures until it is cancelled, as an open overview does.</summary>
    /// <returns>The bytes that came.</returns>
    public async Task<long> WatchAsync(CancellationToken cancellationToken)
    {
        var bytes = 0L;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/live");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[64 * 1024];
            while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count) bytes += count;
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
        return bytes;
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken { get; }

    [GeneratedRegex("(?:src|href)=\"([^\"]+\\.(?:js|css|svg)[^\"]*)\"")]
    private static partial Regex FileName { get; }
}
