using System.Text;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Secrets;

namespace Nexus.StoreContract.Front;

/// <summary>The keyed state through the front door.</summary>
public abstract class KeyedStateFrontContract : FrontContract
{
    [Theory]
    [InlineData("42")]
    [InlineData("a/b//c/")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("%2F%00")]
    [InlineData("' OR 1=1; --")]
    [InlineData("\u202Eevil\u200B")]
    [InlineData("\u0001\r\n\t")]
    [InlineData("🚀ñ")]
    [InlineData("null")]
    public async Task Any_text_is_a_key(string key)
    {
        await Db.State.SaveAsync("dialogs", key, StateJson.Parse("""{"step":1}"""), cancellationToken: Token);
        await Db.State.PatchAsync("dialogs", key, StateJson.Parse("""{"step":2}"""), cancellationToken: Token);

        var entry = (await Db.State.GetAsync("dialogs", key, Token))!;
        Assert.Equal(("dialogs", key, 2L), (entry.Namespace, entry.Key, entry.Version));
        AssertJson("""{"step":2}""", entry.Value.Reveal());
        Assert.Equal([key], (await ToListAsync(Db.State.ListAsync("dialogs", cancellationToken: Token))).Select(listed => listed.Key));
        Assert.True((await Db.State.DeleteAsync("dialogs", key, cancellationToken: Token)).Existed);
        Assert.False((await Db.State.DeleteAsync("dialogs", key, cancellationToken: Token)).Existed);
        Assert.Null(await Db.State.GetAsync("dialogs", key, Token));
    }

    [Fact]
    public async Task Bad_input_is_refused_with_its_field_and_nothing_is_written()
    {
        var value = StateJson.Parse("1");
        foreach (var (space, key, field) in new[]
        {
            ("", "k", "namespace"), ("a/b", "k", "namespace"), ("a\u0000b", "k", "namespace"), ("a\nb", "k", "namespace"),
            ("a\u007Fb", "k", "namespace"), ("a\u0085b", "k", "namespace"), ("a\u202Eb", "k", "namespace"), ("a\u2028b", "k", "namespace"),
            ("a\uD800b", "k", "namespace"), (new string('n', 101), "k", "namespace"), ("n", "", "key"), ("n", "a\u0000", "key"),
            ("n", "\uDC00", "key"), ("n", new string('k', 513), "key"), ("n", new string('ñ', 257), "key"),
        })
        {
            await RefusedAsync(field, () => Db.State.SaveAsync(space, key, value, cancellationToken: Token));
            await RefusedAsync(field, () => Db.State.GetAsync(space, key, Token));
            await RefusedAsync(field, () => Db.State.PatchAsync(space, key, value, cancellationToken: Token));
            await RefusedAsync(field, () => Db.State.DeleteAsync(space, key, cancellationToken: Token));
            if (field == "namespace") await RefusedAsync(field, () => ToListAsync(Db.State.ListAsync(space, cancellationToken: Token)));
        }
        await RefusedAsync("prefix", () => ToListAsync(Db.State.ListAsync("n", new string('p', 513), cancellationToken: Token)));
        await RefusedAsync("after", () => ToListAsync(Db.State.ListAsync("n", after: "\u0000", cancellationToken: Token)));
        await RefusedAsync("limit", () => ToListAsync(Db.State.ListAsync("n", limit: 0, cancellationToken: Token)));
        await RefusedAsync("value", () => Db.State.SaveAsync("n", "k", StateJson.Parse("{"), cancellationToken: Token));
        await RefusedAsync("value", () =>
            Db.State.SaveAsync("n", "k", StateJson.Parse($"\"{new string('v', Validation.MaxDocumentBytes)}\""), cancellationToken: Token));
        await RefusedAsync("expectedVersion", () => Db.State.SaveAsync("n", "k", value, expectedVersion: -1, cancellationToken: Token));
        foreach (var time in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(-1), TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.FromTicks(1) })
            Assert.Equal("ttl", Assert.Throws<NexusValidationException>(() => StateExpiry.After(time)).Field);

        await Db.State.SaveAsync(new string('n', 100), new string('ñ', 256), value, cancellationToken: Token);
        Assert.Empty(await ToListAsync(Db.State.ListAsync("n", cancellationToken: Token)));
    }

    [Fact]
    public async Task Conditions_create_only_or_replace_only_a_version()
    {
        await Db.State.SaveAsync("n", "k", StateJson.Parse("1"), expectedVersion: 0, cancellationToken: Token);
        var conflict = await Assert.ThrowsAsync<NexusConflictException>(() =>
            Db.State.SaveAsync("n", "k", StateJson.Parse("2"), expectedVersion: 0, cancellationToken: Token));
        Assert.Equal(1, conflict.ActualVersion);
        await Db.State.SaveAsync("n", "k", StateJson.Parse("2"), expectedVersion: 1, cancellationToken: Token);
        await Assert.ThrowsAsync<NexusConflictException>(() =>
            Db.State.PatchAsync("n", "k", StateJson.Parse("{}"), expectedVersion: 1, cancellationToken: Token));
        await Assert.ThrowsAsync<NexusConflictException>(() => Db.State.DeleteAsync("n", "k", 1, Token));
        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.State.PatchAsync("n", "none", StateJson.Parse("{}"), cancellationToken: Token));
        Assert.True((await Db.State.DeleteAsync("n", "k", 2, Token)).Existed);
    }

    [Fact]
    public async Task Of_many_creators_one_wins_and_of_many_patches_all_do()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 30).Select(async n =>
        {
            try
            {
                await Db.State.SaveAsync("locks", "one", StateJson.Parse($"{n}"), StateExpiry.After(TimeSpan.FromHours(1)), 0, Token);
                return 1;
            }
            catch (NexusConflictException)
            {
                return 0;
            }
        }));
        Assert.Equal(1, wins.Sum());

        await Db.State.SaveAsync("n", "k", StateJson.EmptyObject, cancellationToken: Token);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(n =>
            Db.State.PatchAsync("n", "k", StateJson.Parse($$"""{"f{{n}}":{{n}}}"""), cancellationToken: Token)));
        Assert.Equal(100, (await Db.State.GetAsync("n", "k", Token))!.Value.Root.EnumerateObject().Count());
    }

    [Fact]
    public async Task Secrets_in_values_and_under_secret_names_are_stored_sealed_and_shown_masked()
    {
        const string Secret = "plain-secret-of-keyed-state-8412";
        await Db.State.SaveAsync("wizard", "42", StateJson.Parse($$"""{"step":"key","api_secret":"{{Secret}}"}"""), cancellationToken: Token);
        await Db.State.SaveAsync("wizard", "43", StateJson.Parse("{}"), cancellationToken: Token);
        await Db.State.PatchAsync("wizard", "43", StateJson.Parse($$$"""{"nested":{"password":"{{{Secret}}}"}}"""), cancellationToken: Token);
        await Db.State.SaveAsync("wizard", "telegram_token", StateJson.Parse($"\"{Secret}\""), cancellationToken: Token);
        await Db.State.SaveAsync("passwords", "42", StateJson.Parse($"[\"{Secret}\"]"), cancellationToken: Token);

        foreach (var (space, key) in new[] { ("wizard", "42"), ("wizard", "43"), ("wizard", "telegram_token"), ("passwords", "42") })
        {
            var entry = (await Db.State.GetAsync(space, key, Token))!;
            Assert.Contains(Secret, entry.Value.Reveal(), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, entry.Value.ToString(), StringComparison.Ordinal);
            // What was read with masks can be saved again.
            await Db.State.SaveAsync(space, key, StateJson.Parse(entry.Value.ToString()), cancellationToken: Token);
            Assert.Equal(entry.Value.Reveal(), (await Db.State.GetAsync(space, key, Token))!.Value.Reveal());
        }
        var mask = (await Db.State.GetAsync("wizard", "42", Token))!.Value.Root.GetProperty("api_secret").GetString();
        await Db.State.PatchAsync("wizard", "42", StateJson.Parse($$$"""{"moved":{"api_secret":"{{{mask}}}"}}"""), cancellationToken: Token);
        Assert.Equal(
            Secret, System.Text.Json.JsonDocument.Parse((await Db.State.GetAsync("wizard", "42", Token))!.Value.Reveal()).RootElement
                .GetProperty("moved").GetProperty("api_secret").GetString());
        await RefusedAsync("value", () => Db.State.SaveAsync("wizard", "44", StateJson.Parse($"\"{mask}\""), cancellationToken: Token));
        await CloseAsync();
        Assert.Equal(-1, (await Home.ReadEverythingAsync()).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));
    }

    [Fact]
    public async Task Expired_values_are_swept_after_an_hour_and_never_seen_before()
    {
        var past = StateExpiry.At(await Db.GetTimeAsync(Token) - TimeSpan.FromHours(2));
        var justNow = StateExpiry.At(await Db.GetTimeAsync(Token) - TimeSpan.FromMinutes(1));
        await Db.State.SaveAsync("n", "old", StateJson.Parse("1"), past, cancellationToken: Token);
        await Db.State.SaveAsync("n", "new", StateJson.Parse("1"), justNow, cancellationToken: Token);
        await Db.State.SaveAsync("n", "kept", StateJson.Parse("1"), StateExpiry.After(TimeSpan.FromHours(1)), cancellationToken: Token);
        Assert.Equal(["kept"], (await ToListAsync(Db.State.ListAsync("n", cancellationToken: Token))).Select(entry => entry.Key));
        if (Db.Fallback is { IsLocal: true })
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Db.State.SweepExpiredAsync(cancellationToken: Token));
            return;
        }

        Assert.Equal(1, await Db.State.SweepExpiredAsync(cancellationToken: Token));
        Assert.Equal(0, await Db.State.SweepExpiredAsync(cancellationToken: Token));
        Assert.Equal(1, (await Db.State.SaveAsync("n", "old", StateJson.Parse("2"), cancellationToken: Token)).Version);
        Assert.Equal(2, (await Db.State.SaveAsync("n", "new", StateJson.Parse("2"), cancellationToken: Token)).Version);
        await RefusedAsync("limit", () => Db.State.SweepExpiredAsync(0, Token));
    }

    private static async Task RefusedAsync(string field, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<NexusValidationException>(call);
        Assert.Equal(field, error.Field);
    }
}
