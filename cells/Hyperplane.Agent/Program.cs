using Hyperplane.Agent.Hosting;

return await AgentProcess.RunAsync(args, Console.Out, Console.Error);
