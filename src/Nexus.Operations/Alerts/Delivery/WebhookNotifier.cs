using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Operations.Alerts;

/// <summary>
/// Posts to a URL as the Standard Webhooks specification asks
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
/// </summary>
internal sealed class WebhookNotifier(WebhookSettings settings, WebhookClient client) : INotifier
{
    private const string SecretPrefix = "whsec_";

    public async Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var keys = new List<byte[]>();
        foreach (var source in settings.Secrets) keys.Add(KeyOf(await source.ReadAsync(cancellationToken).ConfigureAwait(false)));
        var body = WebhookBody.Write(message);
        var timestamp = message.SentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", message.Delivery.Id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", string.Join(' ', keys.Select(key => Sign(key, message.Delivery.Id, timestamp, body))));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("nexus", "1"));
        using var response = await client.Of(settings.AllowPrivate).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        return Judge(response, message.SentAt);
    }

    private static DeliveryResult Judge(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.IsSuccessStatusCode) return DeliveryResult.Ok;
        var error = $"the receiver returned {(int)response.StatusCode}";
        if (response.StatusCode == HttpStatusCode.Gone) return DeliveryResult.Refused($"{error}: it accepts no more messages", disables: true);
        var after = response.Headers.RetryAfter;
        return DeliveryResult.Failed(error, after?.Delta ?? (after?.Date is { } date && date > now ? date - now : null));
    }

    private static byte[] KeyOf(Secret secret)
    {
        var text = secret.Reveal();
        var key = new byte[text.Length];
        if (text.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[SecretPrefix.Length..], key, out var length) && length is >= 24 and <= 64) return key[..length];
        throw new NexusConfigurationException("secret", "must be whsec_ and base64 of 24 to 64 bytes");
    }

    private static string Sign(byte[] key, string id, string timestamp, byte[] body)
    {
        var signed = (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
    }
}
