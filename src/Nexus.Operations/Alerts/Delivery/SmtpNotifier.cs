using System.Net.Sockets;
using System.Security.Authentication;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Nexus.Operations.Alerts;

/// <summary>Sends an e-mail of plain text.</summary>
internal sealed class SmtpNotifier(SmtpSettings settings) : INotifier
{
    public async Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var password = settings.Password is { } source ? await source.ReadAsync(cancellationToken).ConfigureAwait(false) : null;
        using var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, settings.Security switch
            {
                SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
                SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
                _ => SecureSocketOptions.None,
            }, cancellationToken).ConfigureAwait(false);
            if (settings.User is { } user && password is not null)
                await client.AuthenticateAsync(user, password.Reveal(), cancellationToken).ConfigureAwait(false);
            using var mail = Write(message);
            await client.SendAsync(mail, cancellationToken).ConfigureAwait(false);
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(false);
            return DeliveryResult.Ok;
        }
        catch (SmtpCommandException error) when ((int)error.StatusCode >= 500)
        {
            return DeliveryResult.Refused($"the mail server refused the message ({(int)error.StatusCode})");
        }
        catch (SmtpCommandException error)
        {
            return DeliveryResult.Failed($"the mail server asks to try later ({(int)error.StatusCode})");
        }
        catch (MailKit.Security.AuthenticationException)
        {
            return DeliveryResult.Refused("the mail server refused the user or the password");
        }
        catch (NotSupportedException)
        {
            return DeliveryResult.Refused("the mail server does not offer STARTTLS");
        }
        catch (Exception error) when (error is SocketException or IOException or ProtocolException or SslHandshakeException
            or System.Security.Authentication.AuthenticationException or CommandException)
        {
            return DeliveryResult.Failed($"the mail server cannot be reached ({error.GetType().Name})");
        }
    }

    private MimeMessage Write(AlertMessage message)
    {
        var mail = new MimeMessage { Subject = message.Subject, Body = new TextPart("plain") { Text = message.Body }, Date = message.SentAt };
        mail.From.Add(MailboxAddress.Parse(settings.From));
        foreach (var address in settings.To) mail.To.Add(MailboxAddress.Parse(address));
        // Stays over attempts, so that a mailbox can recognise a repetition.
        mail.MessageId = $"{message.Delivery.Id}@nexus.invalid";
        // RFC 3834: no automatic answers to alerts.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }
}
