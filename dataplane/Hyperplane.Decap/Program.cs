using Hyperplane.Decap.Commands;

return new Cli(Console.Out, Console.Error).Run(args);
