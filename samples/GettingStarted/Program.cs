// The code of docs/getting-started.md, the tutorial and the README: each region is one block there; a test compares them.
using GettingStarted;
using Nexus;

var folder = Directory.CreateTempSubdirectory("nexus-getting-started-").FullName;
try
{
    await using (var db = await Opening.OpenAsync(folder))
    {
        await Recording.SubscribeAsync(db);
        await Recording.ConfigureAsync(db);
        await Recording.SwitchAsync(db);
        await Recording.DispatchAsync(db);
        await Recording.TalkAsync(db);
        await Recording.ScheduleAsync(db);
        await Recording.TradeAsync(db);
        await Recording.HandleErrorsAsync(db);
        await Recording.WatchAsync(db);
    }
    await Hosting.RunAsync(folder);
    Directory.SetCurrentDirectory(folder);
    await FirstConversation.RunAsync();
    await Readme.UseAsync(folder);
    await Testing.SubscriptionEndsAsync();
    Console.WriteLine("done");
}
finally
{
    Directory.Delete(folder, recursive: true);
}
