using Hyperplane.Server;

if (args is ["--help" or "-h"])
{
    Console.Out.WriteLine(SettingsReader.Usage);
    return ExitCodes.Done;
}

return await ServerRun.RunAsync(
    args, Environment.GetEnvironmentVariable, Console.Out, Console.Error, CancellationToken.None);
