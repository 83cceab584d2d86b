using System.Text;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Stores;
using Nexus.Users;

namespace Nexus.Tests.Users;

/// <summary>Writes of users on their way through the outbox: days become instants, and a save lets stand what it does not name.</summary>
public sealed class UserWriteTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Days_from_now_become_an_instant_when_the_write_is_spooled()
    {
        var settled = Assert.IsType<SaveUser>(Save(new Expiry(ExpiryKind.DaysFromNow, Days: 30)).Settle(Now));

        Assert.Equal(new Expiry(ExpiryKind.At, Now.AddDays(30)), settled.Expiry);
        Assert.Equal(Now, settled.CreatedAt);
    }

    [Fact]
    public void Days_more_are_counted_from_the_acknowledgement_and_not_from_a_later_one()
    {
        var settled = Assert.IsType<SaveUser>(Save(new Expiry(ExpiryKind.DaysMore, Days: 7)).Settle(Now));
        Assert.Equal(new Expiry(ExpiryKind.DaysMore, Days: 7, Since: Now), settled.Expiry);
        Assert.Equal(settled, settled.Settle(Now.AddDays(1)));

        var extended = Assert.IsType<ExtendUser>(new ExtendUser("1", 7).Settle(Now));
        Assert.Equal(Now, extended.AcceptedAt);
        Assert.Equal(extended, extended.Settle(Now.AddDays(1)));
    }

    [Theory]
    [InlineData(nameof(ExpiryKind.Never))]
    [InlineData(nameof(ExpiryKind.At))]
    [InlineData(nameof(ExpiryKind.Keep))]
    public void Other_ends_stay_as_they_are(string kind)
    {
        var expiry = new Expiry(Enum.Parse<ExpiryKind>(kind), Now);

        Assert.Equal(expiry, Assert.IsType<SaveUser>(Save(expiry).Settle(Now.AddDays(1))).Expiry);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("at")]
    [InlineData("99")]
    [InlineData("Never,At")]
    [InlineData("")]
    public void An_end_of_an_unknown_kind_is_refused(string kind)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"expiry":"{{kind}}","days":0}""");

        var error = Assert.Throws<Nexus.Errors.StoreRejectedException>(() => WriteCodec.Decode(SaveUser.KindName, "1", Guid.NewGuid(), body));
        Assert.Equal("an expiry of an unknown kind", error.InnerException!.Message);
    }

    [Fact]
    public void Every_member_comes_back_from_the_outbox()
    {
        var save = new SaveUser("1", "Ada", "admin", new Expiry(ExpiryKind.DaysMore, Days: 3, Since: Now), "Europe/Madrid", 42,
            "{\"alerts\":true}"u8.ToArray(), ExpectedVersion: null, Now.AddDays(-1), MustExist: true);
        var at = save with { Expiry = new Expiry(ExpiryKind.At, Now), MustExist = false, TelegramId = null, Groups = null };

        Assert.Equal(save with { Groups = null }, Back(save) with { Groups = null });
        Assert.Equal(save.Groups!.Value.ToArray(), Back(save).Groups!.Value.ToArray());
        Assert.Equal(at, Back(at));
        // An instant stands only where the kind has one.
        Assert.DoesNotContain("expires_at", Encoding.UTF8.GetString(WriteCodec.Encode(save)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_extension_comes_back_from_the_outbox_with_its_days_and_its_acknowledgement()
    {
        var extend = new ExtendUser("1", 7, Now);

        Assert.Equal(extend, WriteCodec.Decode(extend.Kind, "1", extend.WriteId, WriteCodec.Encode(extend)));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void A_save_that_creates_no_user_says_so(string value, bool expected)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"expiry":"Keep","days":0,"must_exist":{{value}}}""");

        Assert.Equal(expected, Assert.IsType<SaveUser>(WriteCodec.Decode(SaveUser.KindName, "1", Guid.NewGuid(), body)).MustExist);
    }

    [Fact]
    public void Names_and_groups_are_searched_for_secrets_and_groups_count_for_the_memory()
    {
        var save = Save(new Expiry(ExpiryKind.Keep)) with { Groups = new byte[1000] };
        var visitor = new NameReplacer();

        Assert.Equal(save with { Name = "users/name: replaced" }, save.ReplaceSecrets(visitor));
        Assert.Equal(("users/1/enabled_groups", 1000), visitor.Plain);
        Assert.Null((save with { Name = null }).ReplaceSecrets(visitor));
        Assert.Equal(1000, save.Size - (save with { Groups = null }).Size);
    }

    [Fact]
    public void What_a_write_does_to_a_record_decides_how_it_is_replayed()
    {
        Write save = Save(new Expiry(ExpiryKind.Never)), extend = new ExtendUser("1", 1), remove = new RemoveUser("1", 4);

        Assert.Equal((ReplayRule.NewerWins, true, false, false), (save.Replay, save.CreatesRecord, save.IsRemoval, save.ReplacesRecord));
        Assert.False((Save(new Expiry(ExpiryKind.Never)) with { MustExist = true }).CreatesRecord);
        Assert.Equal((ReplayRule.Merges, false, false, false, false),
            (extend.Replay, extend.CreatesRecord, extend.IsRemoval, extend.ReplacesRecord, extend.KeepsVersion));
        Assert.Same(extend, extend.WithoutCondition());
        Assert.Same(extend, extend.ExpectingAbsence());
        Assert.True(remove.IsRemoval);
        Assert.Null(Assert.IsType<RemoveUser>(remove.WithoutCondition()).ExpectedVersion);
        Assert.All(new[] { save, extend, remove }, write => Assert.Equal(("users", "1"), (write.Table.Name, write.RecordId)));
    }

    private sealed class NameReplacer : SecretVisitor
    {
        public (string Place, int Length) Plain { get; private set; }

        protected override void VisitPlainDocument(Nexus.Secrets.SealContext place, ReadOnlySpan<byte> json) =>
            Plain = (place.ToString(), json.Length);

        protected override string? VisitText(string table, string column, string text) => $"{table}/{column}: replaced";
    }

    private static SaveUser Back(SaveUser save) =>
        Assert.IsType<SaveUser>(WriteCodec.Decode(save.Kind, save.ChatId, save.WriteId, WriteCodec.Encode(save)));

    private static SaveUser Save(Expiry expiry) =>
        new("1", "Ada", "user", expiry, TimeZone: null, TelegramId: null, Groups: null, ExpectedVersion: null);
}
