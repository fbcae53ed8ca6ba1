from prioritizer.cli import main

main()
