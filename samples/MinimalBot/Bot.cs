using Microsoft.Extensions.Hosting;
using Nexus;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.Users;

namespace MinimalBot;

/// <summary>Responds to lines "CHAT COMMAND [ARGUMENT]" on standard input, in place of a messenger's updates.</summary>
internal sealed class Bot(NexusDb db, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await Console.In.ReadLineAsync(stoppingToken) is { } line)
        {
            var words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !ChatId.TryParse(words[0], out var chat)) Console.WriteLine("usage: CHAT COMMAND [ARGUMENT]");
            else Console.WriteLine($"{chat}: {await AnswerAsync(chat, words[1], words.ElementAtOrDefault(2) ?? "", stoppingToken)}");
        }
        lifetime.StopApplication();
    }

    private async Task<string> AnswerAsync(ChatId chat, string command, string argument, CancellationToken cancellationToken)
    {
        try
        {
            if (command == "/start") return await StartAsync(chat, argument, cancellationToken);
            if (!(await db.Users.CheckAccessAsync(chat, cancellationToken)).Allowed) return "no access; send /start NAME";
            return command switch
            {
                "/keys" => await SetKeysAsync(chat, argument, cancellationToken),
                "/set" => await PatchAsync(chat, argument, cancellationToken),
                "/show" => await ShowAsync(chat, cancellationToken),
                _ => "unknown command; try /start, /keys, /set or /show",
            };
        }
        catch (NexusException error)
        {
            return error.Message;
        }
    }

    private async Task<string> StartAsync(ChatId chat, string name, CancellationToken cancellationToken)
    {
        await db.Users.SaveAsync(chat, new UserChange { Name = name, Days = 30 }, cancellationToken: cancellationToken);
        await db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse("""{"mode":"WATCHER"}""")), cancellationToken: cancellationToken);
        return "welcome for 30 days";
    }

    private async Task<string> SetKeysAsync(ChatId chat, string argument, CancellationToken cancellationToken)
    {
        if (argument.Split(' ') is not [var key, var secret]) return "usage: /keys KEY SECRET";
        if (await db.Sessions.GetAsync(chat, cancellationToken) is not { } session) return "no session; send /start NAME";
        await db.Sessions.SaveAsync(session with { ApiKey = key, ApiSecret = secret }, session.Version, cancellationToken: cancellationToken);
        return "keys sealed";
    }

    private async Task<string> PatchAsync(ChatId chat, string patch, CancellationToken cancellationToken)
    {
        var receipt = await db.Sessions.PatchConfigAsync(chat, StateJson.Parse(patch), cancellationToken: cancellationToken);
        return $"saved, version {receipt.Version}";
    }

    private async Task<string> ShowAsync(ChatId chat, CancellationToken cancellationToken) =>
        await db.Sessions.GetAsync(chat, cancellationToken) is { } session
            ? $"{session.Config}, keys {(session.ApiKey is null ? "missing" : "stored")}, version {session.Version}"
            : "no session";
}
