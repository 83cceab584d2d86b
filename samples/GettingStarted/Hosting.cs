using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nexus;

namespace GettingStarted;

internal static class Hosting
{
    public static async Task RunAsync(string folder)
    {
        #region host
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddNexus(options => options.DataFolder = folder);
        using var host = builder.Build();
        await host.StartAsync();                                   // opens the database

        var db = host.Services.GetRequiredService<NexusDb>();      // or as a constructor parameter
        Console.WriteLine($"{(await db.GetStatusAsync()).Users} users");

        await host.StopAsync();                                    // writes queued changes and closes it
        #endregion
    }

    public static void AddSeveral(IServiceCollection services)
    {
        #region keyed
        services.AddKeyedNexus("paper", options => options.DataFolder = "data/paper");
        services.AddKeyedNexus("live", options => options.DataFolder = "data/live");
        services.AddSingleton(provider => new Desk(provider.GetRequiredKeyedService<NexusDb>("live")));
        #endregion
    }

    internal sealed record Desk(NexusDb Live);
}
