using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MinimalBot;
using Nexus;

// Embedded in the folder NEXUS_DATA, or on PostgreSQL if DATABASE_URL is set; NEXUS_KEYS then has the encryption keys.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddNexus(options => options.ReadEnvironment());
builder.Services.AddHostedService<Bot>();
await builder.Build().RunAsync();
