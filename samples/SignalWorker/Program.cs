using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nexus;
using SignalWorker;

// Settings come from appsettings.json, from variables such as Nexus__DataFolder, or from arguments such as --Nexus:DataFolder=data.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddNexus(builder.Configuration.GetSection("Nexus"));
builder.Services.AddSingleton<Dispatcher>();
builder.Services.AddHostedService<SignalReader>();
await builder.Build().RunAsync();
