using Microsoft.Extensions.Time.Testing;
using Nexus.Testing;
using Nexus.Users;

namespace GettingStarted;

internal static class Testing
{
    public static async Task SubscriptionEndsAsync()
    {
        #region testing
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var test = await NexusTestDatabase.CreateAsync(clock);
        await test.Db.Users.SaveAsync(1001, new UserChange { Name = "Ada", Days = 30 });

        clock.Advance(TimeSpan.FromDays(31));

        var access = await test.Db.Users.CheckAccessAsync(1001);
        Console.WriteLine($"{access.Role} after 31 days");         // Expired
        #endregion
    }
}
