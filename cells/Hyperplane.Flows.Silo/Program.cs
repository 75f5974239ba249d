using Hyperplane.Flows.Orleans;
using Hyperplane.Flows.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

// flow-silo --config FILE: holds a part of a cell's flow state until SIGTERM. Exit code 2: it was called wrongly.
if (args is not ["--config", { } file])
{
    await Console.Error.WriteLineAsync("usage: flow-silo --config FILE");
    return 2;
}
SiloConfig config;
try
{
    config = SiloConfig.Read(await File.ReadAllBytesAsync(file));
}
catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"flow-silo: {file}: {e.Message}");
    return 2;
}
HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
builder.Services.Configure<FlowReplicaOptions>(replica => replica.RecordsPerReplica = config.RecordsPerReplica);
builder.Services.AddSingleton(config);
builder.UseOrleans(silo => silo
    .UseFlowCluster(new FlowClusterOptions { Cell = config.Cell, Database = config.Database })
    .ConfigureEndpoints(config.Address, config.SiloPort, gatewayPort: 0));
builder.Services.AddHostedService<AgentListener>();
using IHost host = builder.Build();
try
{
    await host.StartAsync();
}
catch (Exception e) when (e is not OutOfMemoryException)
{
    await Console.Error.WriteLineAsync($"flow-silo: does not start: {e.GetBaseException().Message}");
    return 1;
}
Console.WriteLine($"ready {config.Cell} {config.Address}:{config.SiloPort}");
await host.WaitForShutdownAsync();
return 0;
