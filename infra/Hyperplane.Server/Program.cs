using Hyperplane.Server;
using Hyperplane.Server.Tls;

if (args is ["--help" or "-h"])
{
    Console.Out.WriteLine(SettingsReader.Usage);
    return ExitCodes.Done;
}

if (args is ["ca", ..])
    return CaCommand.Run(args, TimeProvider.System, Console.Out, Console.Error);

return await ServerRun.RunAsync(
    args, Environment.GetEnvironmentVariable, Console.Out, Console.Error, CancellationToken.None);
