import Circuits
