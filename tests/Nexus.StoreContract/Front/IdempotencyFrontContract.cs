using System.Security.Cryptography;
using System.Text;
using Nexus.Errors;
using Nexus.Idempotency;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.Trades;

namespace Nexus.StoreContract.Front;

/// <summary>Requests that are carried out once.</summary>
public abstract class IdempotencyFrontContract : FrontContract
{
    private static readonly byte[] Fingerprint = SHA256.HashData("one"u8);

    private static readonly byte[] Other = SHA256.HashData("two"u8);

    [Fact]
    public async Task A_request_is_carried_out_once_and_its_answer_is_kept()
    {
        var start = await BeginAsync();
        Assert.Equal((RequestStatus.Started, false), (start.Status, start.Request!.IsRepeat));
        Assert.Equal(RequestStatus.Running, (await BeginAsync()).Status);
        await using (start.Request) await start.Request.CompleteAsync("done"u8.ToArray(), Token);

        Assert.Equal("done", await AnswerAsync(await BeginAsync()));
        Assert.Equal(RequestStatus.Mismatch, (await BeginAsync(fingerprint: Other)).Status);
        var elsewhere = await BeginAsync(scope: "another");
        Assert.Equal(RequestStatus.Started, elsewhere.Status);
        await elsewhere.Request!.DisposeAsync();
        await ReopenAsync();
        Assert.Equal("done", await AnswerAsync(await BeginAsync()));
    }

    [Fact]
    public async Task An_interrupted_request_continues_behind_what_was_committed()
    {
        await Db.Users.SaveAsync(1001, "Ada", days: 30, cancellationToken: Token);
        var (id, secret) = (Guid.Empty, Array.Empty<byte>());
        await using (var first = (await BeginAsync()).Request!)
        {
            (id, secret) = (first.NewId("trade"), first.NewSecret("key"));
            using (first.Enter()) await Db.Users.ExtendAsync(1001, days: 10, Token);
            Assert.True(first.HasWritten);
        }
        var end = (await Db.Users.GetAsync(1001, Token))!.ExpiresAt;

        await ReopenAsync();
        await using (var again = (await BeginAsync()).Request!)
        {
            Assert.True(again.IsRepeat);
            Assert.Equal((id, Convert.ToHexString(secret)), (again.NewId("trade"), Convert.ToHexString(again.NewSecret("key"))));
            Assert.NotEqual(id, again.NewId("trade", "other"u8));
            using (again.Enter())
            {
                await Db.Users.ExtendAsync(1001, days: 10, Token);
                Assert.Equal(end, (await Db.Users.GetAsync(1001, Token))!.ExpiresAt);
                // Only what was committed is passed over.
                await Db.Users.ExtendAsync(1001, days: 10, Token);
            }
            Assert.Equal(end!.Value.AddDays(10), (await Db.Users.GetAsync(1001, Token))!.ExpiresAt);
            await again.CompleteAsync("done"u8.ToArray(), Token);
        }
        Assert.Equal("done", await AnswerAsync(await BeginAsync()));
    }

    [Fact]
    public async Task A_repeat_does_not_save_an_old_batch_over_newer_sessions()
    {
        SessionSave[] batch = [new(new Session(1, null, null, Config(1))), new(new Session(2, null, null, Config(1)))];
        await using (var first = (await BeginAsync()).Request!)
        {
            using (first.Enter()) await Db.Sessions.SaveBatchAsync(batch, Token);
        }
        await Db.Sessions.PatchConfigAsync(1, Config(2), cancellationToken: Token);
        await using (var again = (await BeginAsync()).Request!)
        {
            using (again.Enter()) await Db.Sessions.SaveBatchAsync(batch, Token);
        }
        Assert.Equal(2, (await Db.Sessions.GetAsync(1, Token))!.Config.Root.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_trade_that_was_stored_before_the_interruption_is_returned_as_new()
    {
        Trade trade;
        await using (var first = (await BeginAsync()).Request!)
        {
            trade = new Trade
            {
                Id = first.NewId("trade"),
                ChatId = 1001,
                Symbol = "BTCUSDT",
                Side = TradeSide.Long,
                EntryPrice = 1,
                Quantity = 1,
                EntryTimestamp = first.At,
            };
            using (first.Enter()) Assert.False((await Db.Trades.OpenAsync(trade, Token)).Receipt.AlreadyExisted);
        }
        await using var again = (await BeginAsync()).Request!;
        using (again.Enter())
        {
            var stored = await Db.Trades.OpenAsync(trade, Token);
            Assert.Equal((false, 1, trade.Id), (stored.Receipt.AlreadyExisted, stored.Trade.Version, stored.Trade.Id));
            var closed = await Db.Trades.CloseAsync(trade.Id, new TradeClose { ExitPrice = 2 }, cancellationToken: Token);
            Assert.Equal(TradeStatus.Closed, closed.Trade.Status);
        }
    }

    [Fact]
    public async Task A_request_that_was_taken_over_writes_nothing()
    {
        await Db.Users.SaveAsync(1001, "Ada", days: 30, cancellationToken: Token);
        var end = (await Db.Users.GetAsync(1001, Token))!.ExpiresAt;
        await using var request = (await BeginAsync()).Request!;
        await foreach (var entry in Db.State.ListAsync(NexusIdempotency.Namespace, cancellationToken: Token))
            await Db.State.PatchAsync(NexusIdempotency.Namespace, entry.Key, StateJson.EmptyObject, cancellationToken: Token);

        using (request.Enter())
        {
            await Assert.ThrowsAsync<NexusStateException>(() => Db.Users.ExtendAsync(1001, days: 10, Token));
            await Assert.ThrowsAsync<NexusStateException>(() => Db.Users.ExtendAsync(1001, days: 10, Token));
        }
        await Assert.ThrowsAsync<NexusStateException>(() => request.CompleteAsync("done"u8.ToArray(), Token));
        Assert.Equal(end, (await Db.Users.GetAsync(1001, Token))!.ExpiresAt);
    }

    [Fact]
    public async Task A_write_that_is_refused_leaves_the_key_free()
    {
        await using (var request = (await BeginAsync()).Request!)
        {
            using (request.Enter())
            {
                await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Users.ExtendAsync(77, days: 1, Token));
                await Assert.ThrowsAsync<NexusConflictException>(() =>
                    Db.State.SaveAsync("n", "k", StateJson.Parse("1"), expectedVersion: 7, cancellationToken: Token));
            }
            Assert.False(request.HasWritten);
            await request.ForgetAsync(Token);
        }
        var other = await BeginAsync(fingerprint: Other);
        Assert.Equal((RequestStatus.Started, false), (other.Status, other.Request!.IsRepeat));
        await other.Request.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(128 * 1024)]
    [InlineData(NexusIdempotency.MaxAnswerBytes)]
    public async Task An_answer_of_any_length_is_kept_whole(int length)
    {
        var answer = RandomNumberGenerator.GetBytes(length);
        await using (var request = (await BeginAsync()).Request!) await request.CompleteAsync(answer, Token);
        Assert.Equal(answer, (await BeginAsync()).Answer.ToArray());
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_not_kept_and_the_request_not_repeated()
    {
        await using (var request = (await BeginAsync()).Request!)
            await request.CompleteAsync(new byte[NexusIdempotency.MaxAnswerBytes + 1], Token);
        Assert.Equal(RequestStatus.AnswerNotKept, (await BeginAsync()).Status);
    }

    [Fact]
    public async Task Nothing_of_a_request_is_stored_in_plain_text()
    {
        await using (var request = (await BeginAsync(key: "order-key-4711")).Request!)
            await request.CompleteAsync("""{"apiSecret":"plain-secret-5511"}"""u8.ToArray(), Token);
        var stored = Encoding.UTF8.GetString(await Home.ReadEverythingAsync());
        Assert.DoesNotContain("plain-secret-5511", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("order-key-4711", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Fingerprint), stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Fingerprint), stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    public async Task A_key_that_breaks_a_rule_is_refused(string key) =>
        await Assert.ThrowsAsync<NexusValidationException>(() => BeginAsync(key: key));

    [Fact]
    public async Task A_key_is_measured_in_bytes()
    {
        await (await BeginAsync(key: new string('ñ', 127) + "x")).Request!.DisposeAsync();
        Assert.Contains("255 bytes", (await Assert.ThrowsAsync<NexusValidationException>(() => BeginAsync(key: new string('ñ', 128)))).Message,
            StringComparison.Ordinal);
    }

    private Task<RequestStart> BeginAsync(string scope = "one", string key = "k", byte[]? fingerprint = null) =>
        Db.Idempotency.BeginAsync(scope, key, fingerprint ?? Fingerprint, Token);

    private static Task<string> AnswerAsync(RequestStart start)
    {
        Assert.Equal(RequestStatus.Answered, start.Status);
        return Task.FromResult(Encoding.UTF8.GetString(start.Answer.Span));
    }

    private static StateJson Config(int n) => StateJson.Parse($$"""{"n":{{n}}}""");
}
