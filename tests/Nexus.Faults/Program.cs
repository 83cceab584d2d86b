using System.Globalization;
using Nexus.Faults;

// Programs that the tests kill. Each takes its name and then its own arguments.
return args switch
{
    ["embedded-writer", var folder] => await EmbeddedWriterVictim.RunAsync(folder),
    ["folder-holder", var folder] => await FolderHolderVictim.RunAsync(folder),
    ["users", var database, var folder, var keys, var users, var first, var pause, .. var rest] => await UserVictim.RunAsync(
        database, folder, keys, Number(users), Number(first), Number(pause), rest),
    ["leader", var database, var folder, var keys, var lease] => await LeaderVictim.RunAsync(database, folder, keys, Number(lease)),
    ["tasks", var database, var folder, var keys, var workers, var lease, var limit] => await TaskVictim.RunAsync(
        database, folder, keys, Number(workers), Number(lease), Number(limit)),
    ["mover", var database, var servers, var keys, var buckets, var target, var phase] => await MoverVictim.RunAsync(
        database, servers, keys, buckets, Number(target), phase),
    ["batch", var database, var servers, var keys, var chats, var config, var stage, var time] => await BatchVictim.RunAsync(
        database, servers, keys, chats, config, stage, Number(time)),
    ["remover", var database, var keys, var chat] => await RemoverVictim.RunAsync(database, keys, chat),
    ["history", var database, var folder, var keys, var mode, var instance, var first] => await HistoryVictim.RunAsync(
        database, folder, keys, mode, Number(instance), Number(first)),
    ["fallback-speed"] => await FallbackSpeed.RunAsync(1_000_000),
    ["fallback-speed", var writes] => await FallbackSpeed.RunAsync(Number(writes)),
    _ => 2,
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
