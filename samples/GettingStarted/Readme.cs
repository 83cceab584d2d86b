using Microsoft.Extensions.DependencyInjection;
using Nexus;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.Users;

namespace GettingStarted;

internal static class Readme
{
    public static void Register(IServiceCollection services) => services.AddNexus(options => options.DataFolder = "data");

    public static async Task UseAsync(string folder)
    {
        #region readme
        await using var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = folder });    // in a host: services.AddNexus(…)

        await db.Users.SaveAsync(1001, new UserChange { Name = "Ada", Days = 30 });
        await db.Sessions.SaveAsync(new Session(1001, "api key", "api secret", StateJson.Parse("""{"mode":"PILOT"}""")));
        await db.Sessions.PatchConfigAsync(1001, StateJson.Parse("""{"leverage":10}"""));

        if ((await db.Users.CheckAccessAsync(1001)).Allowed) { /* … */ }
        await foreach (var session in db.Sessions.ListAsync(mode: "PILOT", strategy: "TREND")) { /* session.ApiKey!.Reveal() */ }
        #endregion
    }
}
