using Nexus.Errors;
using Nexus.Users;

namespace Nexus.Tests.Users;

/// <summary>A new subscriber needs an end of the subscription.</summary>
public sealed class SubscriptionEndTests
{
    [Fact]
    public void No_way_to_add_a_subscriber_has_a_default_end()
    {
        var ends = typeof(NexusUsers).GetMethods().Where(method => method.Name == nameof(NexusUsers.SaveAsync))
            .SelectMany(method => method.GetParameters()).Where(parameter => parameter.Name == "days").ToList();

        Assert.NotEmpty(ends);
        Assert.All(ends, days => Assert.False(days.IsOptional));
    }

    [Fact]
    public async Task Days_are_an_end_and_null_is_none()
    {
        using var folder = new Nexus.TestKit.TempFolder("subscription");
        await using var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = folder["data"] },
            cancellationToken: TestContext.Current.CancellationToken);

        await db.Users.SaveAsync(1, "Ana", days: 30);
        await db.Users.SaveAsync(2, "Eva", days: null);

        Assert.NotNull((await db.Users.GetAsync(1))!.ExpiresAt);
        Assert.Null((await db.Users.GetAsync(2))!.ExpiresAt);
        await Assert.ThrowsAsync<NexusValidationException>(() => db.Users.SaveAsync(3, new UserChange { Name = "Leo" }));
        Assert.Null(await db.Users.GetAsync(3));
    }
}
